"""Keeping the strongest neighbours of each video."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from scipy.sparse import vstack

from killrvideo.adapters.learning.interactions import Sparse, Weights, sparse
from killrvideo.domain.ids import VideoId
from killrvideo.domain.neighbours import ID_BYTES, Neighbours

KEPT = 100
"""Neighbours of a video: in MovieLens 100K, with 1,447 films, they are as good as all of them."""
LEAST = 1e-4
"""What is nearer to 0 says nothing."""


def pruned(rows: Iterable[Weights]) -> Sparse:
    """Videos by videos, with the strongest of each row."""
    return vstack([strongest(some) for some in rows], format="csr")


def strongest(some: Weights) -> Sparse:
    """Of each of some rows; which of equally strong ones at the end of a row is not said."""
    rows, columns = some.shape
    kept = min(KEPT, columns)
    strength = np.abs(some)
    chosen = np.argpartition(-strength, kept - 1, axis=1)[:, :kept] if kept else np.zeros((rows, 0), np.int64)
    weights = np.take_along_axis(some, chosen, axis=1)
    strong = np.abs(weights) >= LEAST
    numbered = np.repeat(np.arange(rows), kept).reshape(rows, kept)
    return sparse(weights[strong], numbered[strong], chosen[strong], (rows, columns))


def lists_of(pruned_weights: Sparse, videos: Sequence[VideoId]) -> Mapping[VideoId, Neighbours]:
    """As they are served; videos without any neighbour are left out."""
    ids = np.frombuffer(b"".join(video.bytes for video in videos), dtype=f"V{ID_BYTES}")
    lists = {}
    for number, video in enumerate(videos):
        part = slice(pruned_weights.indptr[number], pruned_weights.indptr[number + 1])
        weights = pruned_weights.data[part]
        if len(weights):
            order = np.argsort(-np.abs(weights), kind="stable")
            found = ids[pruned_weights.indices[part][order]]
            lists[video] = Neighbours(found.tobytes(), weights[order].astype("<f4").tobytes())
    return lists


def weights_of(lists: Mapping[VideoId, Neighbours], videos: Sequence[VideoId]) -> Sparse:
    """The inverse, as far as these videos are concerned."""
    number = {video.bytes: place for place, video in enumerate(videos)}
    triples = [
        (number[video.bytes], number[found], weight)
        for video, neighbours in lists.items()
        if video.bytes in number
        for found, weight in neighbours.pairs()
        if found in number
    ]
    table = np.array(triples, dtype=[("row", np.int64), ("column", np.int64), ("weight", np.float32)])
    return sparse(table["weight"], table["row"], table["column"], (len(videos), len(videos)))
