"""`python -m soak cassandra ...`, `kafka ...`: one proof after the other, each with options of its own."""

import sys
from collections.abc import Callable, Mapping, Sequence

from soak import cassandra, kafka

Proof = Callable[[Sequence[str]], int]
"""Takes its options; 0 if all held, 1 if anything was lost or wrong."""

PROOFS: Mapping[str, Proof] = {"cassandra": cassandra.main, "kafka": kafka.main}
USAGE = f"Usage: python -m soak [{'|'.join(PROOFS)}] [its options, --help lists them]\n"


def main(arguments: Sequence[str]) -> int:
    """The proof that is named, or all of them as they are without options."""
    if not arguments:
        return max([proof(()) for proof in PROOFS.values()])
    name, *options = arguments
    if name not in PROOFS:
        sys.stderr.write(USAGE)
        return 2
    return PROOFS[name](options)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
