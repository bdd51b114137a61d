"""Ways to reach an agency: each connector makes one attempt to hand over one service task."""
