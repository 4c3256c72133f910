"""Which concept comes first, from evidence to a calibrated probability."""
