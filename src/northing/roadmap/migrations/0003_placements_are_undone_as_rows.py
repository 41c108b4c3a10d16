"""What put a feature into a release is known by the change itself."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("kit", "0005_merging"),
        ("roadmap", "0002_placement_change"),
    ]

    operations = [
        migrations.RemoveField(model_name="placement", name="change"),
    ]
