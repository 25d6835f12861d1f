"""Transcoding with ffmpeg, and looking into files with the libraries it is made of, in bounded processes."""
