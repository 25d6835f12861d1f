"""The layout of the public KillrVideo data set, a folder of CSV files, read and written.

Read are users.csv with user_credentials.csv, videos.csv (with video_playback_stats.csv where it has no
views), comments.csv and video_ratings_by_user.csv, and captions.csv, which is our own, with the WebVTT files
that it names. The other tables of the layout are sums of these, or vectors of a model that is not ours.
"""

from killrvideo.adapters.killrvideo_csv.folder import written_folder
from killrvideo.adapters.killrvideo_csv.sink import CsvSink
from killrvideo.adapters.killrvideo_csv.source import CsvSource

__all__ = ["CsvSink", "CsvSource", "written_folder"]
