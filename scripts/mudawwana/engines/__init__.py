"""Documents and a task go in, shard by shard, on any number of processes; finished files come out."""
