"""What happened: events, recordings, timelines, exports, comparisons. Knows no simulator."""
