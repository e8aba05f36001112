"""`wildside db`: the operator's toolkit around `yoyo apply`, one file a command."""
