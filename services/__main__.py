"""Runs the command line."""

import sys

from services.command import main

sys.exit(main())
