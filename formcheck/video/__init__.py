"""Stage 1, video: a path gives upright frames with real times, and frames give an H.264 file."""

from formcheck.video.reader import VideoReader, read_video
from formcheck.video.types import Frame, VideoInfo
from formcheck.video.writer import VideoWriter

__all__ = ["Frame", "VideoInfo", "VideoReader", "VideoWriter", "read_video"]
