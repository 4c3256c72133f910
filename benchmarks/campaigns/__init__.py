"""Campaigns against loss: the same few actions again and again under kills, full disks, crowds and broken files."""
