"""What a video's container says of the video; nothing is decoded, and no file is read whole."""
