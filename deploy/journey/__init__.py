"""The main job, run against a real system: from the CAF's file to the decision letter."""
