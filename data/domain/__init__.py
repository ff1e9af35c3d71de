"""The rules of the town. Standard library only; the present instant is always an argument."""
