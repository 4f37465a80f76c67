"""The commands of `wqplay`, one file each: `add(parser)` tells the options, `main(args)` does it, returning the status.

Nothing heavy is imported at the top of these files: who runs one command pays for that one only.
"""
