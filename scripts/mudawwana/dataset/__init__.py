"""Annotation files go in, a Hugging Face data set with its card comes out."""
