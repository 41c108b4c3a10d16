"""A record can be merged into another, which its key then leads to; a change knows the rows that it made or moved."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kit", "0004_import_choices"),
    ]

    operations = [
        migrations.AddField(
            model_name="record",
            name="merged_into",
            field=models.ForeignKey(
                db_index=False,
                help_text="What its key leads to since it was merged; never itself merged into something.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="merged",
                to="kit.record",
            ),
        ),
        migrations.AddIndex(
            model_name="record",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)), fields=["merged_into"], name="record_merged"
            ),
        ),
        migrations.AlterField(
            model_name="changeentry",
            name="kind",
            field=models.CharField(
                choices=[
                    ("c", "created"),
                    ("u", "changed"),
                    ("a", "archived"),
                    ("r", "brought back"),
                    ("m", "merged into another"),
                    ("v", "moved with a merge"),
                ],
                max_length=1,
            ),
        ),
        migrations.CreateModel(
            name="RowEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("table", models.CharField(help_text="Label of its model.", max_length=60)),
                ("row", models.PositiveBigIntegerField()),
                ("column", models.CharField(help_text="Which points to the record.", max_length=40)),
                (
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="row_entries", to="kit.change"
                    ),
                ),
                (
                    "old",
                    models.ForeignKey(
                        help_text="What it hung on before.",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="kit.record",
                    ),
                ),
            ],
        ),
    ]
