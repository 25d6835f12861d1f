"""The promises that features rely on and adapters keep: Protocols, their words, and what several features
do with them in the same way (finding a video that shows, hiding, trying again): no feature asks another.
"""
