"""Decide which concept is learned first: from evidence to a calibrated probability."""
