"""What moved since is read from the runs before and after."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("roadmap", "0003_placements_are_undone_as_rows"),
    ]

    operations = [
        migrations.RemoveField(model_name="forecast", name="moved"),
    ]
