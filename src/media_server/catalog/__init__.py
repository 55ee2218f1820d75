"""The catalog: libraries, folders, files and assets. The only SQL of the program is here."""
