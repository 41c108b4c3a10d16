from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("features", "0003_feature_released_at")]

    operations = [
        migrations.AlterField(
            model_name="featurerequest",
            name="importance",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="0 not important, 1 nice to have, 2 important, 3 cannot do without; empty if nobody said.",
                null=True,
            ),
        ),
    ]
