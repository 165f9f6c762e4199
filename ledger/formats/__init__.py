"""Reading and writing the formats of files that people upload and download."""
