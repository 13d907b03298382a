"""Words of the automatic layer go out to be checked by people; corrections and accuracy come back."""
