"""The data set in the formats of other tools, from its Parquet files alone.

A data set that was downloaded from the Hub exports as well as one that was built here. Every format keeps the
splits; each module says how it maps multi-word tokens, which few formats know.
"""
