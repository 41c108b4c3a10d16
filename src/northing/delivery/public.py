"""What later modules may use."""

from northing.delivery.queries import durations, finished_by_week, open_counts, open_risks, progress_of

__all__ = ["durations", "finished_by_week", "open_counts", "open_risks", "progress_of"]
