"""What later modules may use."""

from northing.delivery.queries import cycle_days, finished_by_week, open_counts, open_risks, progress_of

__all__ = ["cycle_days", "finished_by_week", "open_counts", "open_risks", "progress_of"]
