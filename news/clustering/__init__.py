"""One event, several reports: which stories tell of the same thing."""
