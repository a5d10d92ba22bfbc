"""What a config decides about accounts: conditions, points, pins and places in tiers."""
