from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("features", "0002_feature_team"),
    ]

    operations = [
        migrations.AddField(
            model_name="feature",
            name="released_at",
            field=models.DateField(blank=True, help_text="The day it went out.", null=True, verbose_name="released on"),
        ),
    ]
