"""Concurrency-managed workqueues of Linux 6.12, one mechanism a file; `system.Workqueues` holds the state."""
