"""The demo: the whole main job on sample binaries, in a home that is thrown away."""
