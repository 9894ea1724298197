/** The training text of the n-gram model. Written for it, with phrases that many sentences share. */
export const corpus = `
The night train left the harbour at ten, and the lighthouse keeper watched it go. He had watched it go every night for thirty years, and every night he had told himself that he would take it once.
In the morning the sea was as flat as a table. The keeper put the kettle on the stove, opened the window, and wrote one line in the book that lay beside the lamp.
The girl who brought the bread asked him what he wrote. He said that he wrote down the weather, and the ships, and the things that did not come.
A letter came in the spring. It had no stamp and no name on it, and the paper smelled of smoke and oranges.
The keeper put the letter beside the lamp and did not open it. The girl who brought the bread said that a letter that is not opened is a door that is not opened.
He said that a door that is not opened keeps the wind out. She laughed, and the wind came in at the window and turned the letter over.
On the back of the letter somebody had drawn a map of the island. The map showed the lighthouse, the harbour, and a small house in the hills that nobody had ever seen.
The girl said that they should go and look. The keeper said that the lamp could not be left alone, and that the fog would come in the evening.
The fog came in the evening, and with it came a ship that was not in the book. It had three masts and no lights, and it stood outside the harbour as if it waited for somebody.
The keeper turned the lamp towards the ship. For a long time nothing moved, and then a bell rang, once, far out on the water.
In the small house in the hills a clock began to strike. It struck ten, although it was not yet nine, and the night train stopped in the middle of the bridge.
The people on the train looked out of the windows. They saw the lamp, and the ship, and the fog that lay between the two like a road.
An old woman got up and said that this was where she had to get out. The conductor told her that there was no station on the bridge, and she told him that there was one now.
She walked along the fog as if it were a road. The keeper watched her come, and he put the kettle on the stove, and he opened the letter.
The letter said that somebody would come on the night train, once, and that he should put the kettle on the stove. He read it twice and laughed.
The old woman sat down by the window and asked him what he had written in the book. He said that he had written down the weather, and the ships, and the things that did not come.
She said that the things that did not come were only late. Then she took the book and wrote one line in it, and the ship outside the harbour lit its lights.
The girl who brought the bread found the door open in the morning. The lamp was still warm, the kettle was still on the stove, and the book lay beside the lamp.
In the book there were two lines that she had not seen before. One of them was the weather, and the other was a map of the way to the small house in the hills.
She took the bread and the map and went. The hills were greener than she had thought, and the path was older than the harbour, and at the end of it stood a small house with a clock.
The clock had stopped at nine. When she opened the door it began to go again, and far away the night train moved across the bridge.
There was a table in the small house, and on the table there was a lamp, and beside the lamp there lay a book with no line in it. The girl sat down and wrote the first one.
She wrote that the sea was as flat as a table, and that somebody had left the window open. Then the wind came in and turned the page for her.
After that she came to the small house every week. She wrote down the weather, and the trains, and the people who looked out of the windows.
Sometimes a ship with three masts stood outside the harbour, and then she put the lamp in the window. Sometimes nothing came, and she wrote that down as well.
The people of the harbour said that the lighthouse had never burned so clearly. The new keeper was young and laughed a great deal, and she told everybody that a door that is not opened keeps nothing out.
When the winter came the snow lay on the bridge, and the night train went slowly. The conductor looked for the old woman in every carriage, and found only an orange on a seat by the window.
He kept the orange until it was dry and small. He said that it was a ticket, and that somebody would come back for it once.
The keeper and the old woman had gone where the ship had gone. They had a table, and a lamp, and a window that looked out on the other side of the fog.
On the other side of the fog it was always morning. The keeper wrote that down every day, and every day the old woman told him that it was not weather but luck.
He said that thirty years of weather teach a man to know luck when he sees it. She laughed, and the bell rang, once, and somewhere a train began to move.
`
