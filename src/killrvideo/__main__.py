"""``python -m killrvideo`` is the command ``killrvideo``."""

from killrvideo.cli.main import main

if __name__ == "__main__":
    main()
