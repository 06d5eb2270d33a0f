"""``python -m dynalite_py`` is the command ``dynalite``."""

from dynalite_py.doors.cli import main

if __name__ == "__main__":
    main.main(prog_name="dynalite")
