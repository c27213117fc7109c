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


class RecordsError(FormcheckError):
    """The records cannot be opened, read or written."""


class NewerRecordsError(RecordsError):
    """The records were written by a newer formcheck than this one."""


class DamagedRecordsError(RecordsError):
    """The database of the records is damaged."""


class NotFoundError(RecordsError):
    """There is no such person, clip or entry, or it belongs to somebody else."""


class ArchiveError(RecordsError):
    """A zip of exported records or a backup is not one that formcheck can take."""


class CoachingFileError(FormcheckError):
    """A file of ladders or of plan rules is wrong: the message names file, line and why."""


class TrainingLogError(FormcheckError):
    """A training log cannot be read: the message names the line and what is wrong with it."""


class UsageError(FormcheckError):
    """The call's words contradict each other or name something that does not exist."""


class InvalidDataError(FormcheckError, ValueError):
    """An array or a field has another shape, type or range than it must have."""
