"""Errors that a person can cause: one clear sentence that says what is wrong and what to do."""

from __future__ import annotations


class FormcheckError(Exception):
    """Base of all errors meant for a person.

    The message is one sentence that says what is wrong and what to do; it never needs a traceback.
    """


class UnreadableVideoError(FormcheckError):
    """The file is missing, empty, not a video, or none of its frames decode."""


class VideoWriteError(FormcheckError):
    """The video cannot be written where it was asked for."""


class ReportWriteError(FormcheckError):
    """A report or a table cannot be written where it was asked for."""


class ModelFileError(FormcheckError):
    """A model bundle is missing, altered or unknown."""


class PoseRuntimeError(FormcheckError):
    """The library that runs the pose model cannot be loaded on this machine."""


class LandmarksFileError(FormcheckError):
    """A landmarks file is not one that formcheck wrote, or is damaged."""


class ThresholdsFileError(FormcheckError):
    """A thresholds file is not valid TOML or says something that formcheck does not understand."""


class ManifestFileError(FormcheckError):
    """A manifest of a batch is not a table of clips, or says something that formcheck does not understand."""


class UsageError(FormcheckError):
    """The call's words contradict each other or name something that does not exist."""


class InvalidDataError(FormcheckError, ValueError):
    """An array or a field has another shape, type or range than it must have."""
