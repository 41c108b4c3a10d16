"""Files in: recognise, stage with all errors known, apply in committed steps that a killed import resumes by itself."""
