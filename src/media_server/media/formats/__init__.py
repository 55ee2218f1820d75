"""Formats of pictures: where each one keeps size, turn, profile and metadata. A module each."""
