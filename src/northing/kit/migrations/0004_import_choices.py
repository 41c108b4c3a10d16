"""An import keeps how its file is to be read, and what it has made besides its records."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kit", "0003_lighter_search"),
    ]

    operations = [
        migrations.AddField(
            model_name="import",
            name="also_created",
            field=models.JSONField(default=dict, help_text="Records that were made besides, by type."),
        ),
        migrations.AddField(
            model_name="import",
            name="choices",
            field=models.JSONField(
                default=dict, help_text="How the file is to be read: sheet, order of dates, statuses."
            ),
        ),
    ]
