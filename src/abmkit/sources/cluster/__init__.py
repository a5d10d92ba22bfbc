"""Sources on a cluster: what the driver plans and executors do."""
