"""Encoders of pictures, alone or in one space with texts."""
