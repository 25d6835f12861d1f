"""The words and the rules of KillrVideo. Standard library only."""
