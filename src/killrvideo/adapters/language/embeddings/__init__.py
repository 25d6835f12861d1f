"""What a text is about, as a vector: models that run in this process, and endpoints that others run.

Nothing here imports a numerical library but ``encoder``, which is loaded with the first text.
"""
