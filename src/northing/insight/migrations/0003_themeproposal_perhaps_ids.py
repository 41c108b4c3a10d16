from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("insight", "0002_themeproposal_voices")]

    operations = [
        migrations.AddField(
            model_name="themeproposal",
            name="perhaps_ids",
            field=models.JSONField(default=list, help_text="Feedback that may be about it too, the likest first."),
        ),
    ]
