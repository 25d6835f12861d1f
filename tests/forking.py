"""Processes that begin in a moment: forked from one that has imported everything once.

Importing the house takes longer than most of what such a process does.
"""

import multiprocessing

FORKS = multiprocessing.get_context("forkserver")
# There is one such process for each that runs tests, whichever test is the first to need it.
FORKS.set_forkserver_preload(["killrvideo.cli.main", "tests.crash.dying_house"])
