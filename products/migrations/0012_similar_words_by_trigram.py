from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models


class Migration(migrations.Migration):
    """Words that are spelled nearly alike by their trigrams, each by itself: a GiST index is read from end to end."""

    dependencies = [("products", "0011_greek_sigma")]

    operations = [
        migrations.RemoveIndex("productword", "product_word_similar"),
        migrations.AddIndex(
            "productword",
            GinIndex(
                fields=["word"],
                opclasses=["gin_trgm_ops"],
                condition=models.Q(word__regex="^[^0-9]{3,}$"),
                name="product_word_trigrams",
                fastupdate=False,
            ),
        ),
    ]
