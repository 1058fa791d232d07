"""What stands in for an encoder where the data set brings its vectors."""
