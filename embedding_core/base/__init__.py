"""What everything stands on: errors, types, keys, stages, store, jobs, workers. It knows no analysis."""
